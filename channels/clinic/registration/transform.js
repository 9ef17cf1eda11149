// What both destinations want: a trimmed medical record number, names in capitals, and who handled the message.
const mrn = (msg.get('PID-3.1') || '').trim();
if (mrn === '') {
  throw new Error('PID-3.1 holds no medical record number');
}

msg.set('PID-3.1', mrn);
for (const path of ['PID-5.1', 'PID-5.2']) {
  const name = msg.get(path);
  if (name) {
    msg.set(path, name.toUpperCase());
  }
}

msg.set('MSH-3', 'CHANNELHOST');
channelMap.put('mrn', mrn);
