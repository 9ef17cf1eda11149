// The second system only wants to know that results are there: the observations go, their number stays.
const observations = msg.all('OBX').length;
msg.remove('OBX');
msg.remove('NTE');
msg.set('MSH-3', 'CHANNELHOST');
msg.set('OBR-25', 'F');
msg.set('ZRS-1', String(observations));
