// What every destination wants. Paths read and write: PID-5.1 is the first component of the fifth field of PID.
const mrn = (msg.get('PID-3.1') || '').trim();
if (mrn === '') {
  // The message ends in an error with this text; it is kept, and the sender gets a negative answer.
  throw new Error('PID-3.1 holds no medical record number');
}

msg.set('PID-3.1', mrn);
