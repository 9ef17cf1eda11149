// Unsolicited results only.
return msg.get('MSH-9.1') === 'ORU' && msg.get('MSH-9.2') === 'R01';
