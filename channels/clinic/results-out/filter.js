// Unsolicited results that are final or corrected. Preliminary ones stay with the laboratory.
return msg.get('MSH-9.1') === 'ORU' && msg.get('MSH-9.2') === 'R01' && ['F', 'C'].includes(msg.get('OBR-25'));
