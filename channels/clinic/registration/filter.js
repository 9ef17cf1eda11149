// Registrations (A04), updates (A08), new and changed persons (A28, A31) and merges (A40). All other events are not for the EHR.
return ['A04', 'A08', 'A28', 'A31', 'A40'].includes(msg.get('MSH-9.2'));
