// Booked (S12), rescheduled (S13), changed (S14), cancelled (S15), did not appear (S26). The service keeps no other events.
return msg.get('MSH-9.1') === 'SIU' && ['S12', 'S13', 'S14', 'S15', 'S26'].includes(msg.get('MSH-9.2'));
