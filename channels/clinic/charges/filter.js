// Detailed financial transactions only.
return msg.get('MSH-9.1') === 'DFT' && msg.get('MSH-9.2') === 'P03';
