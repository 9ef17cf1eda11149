// The practice's system finds a result by patient, and takes files in order of name: patient, then the number that counts up here.
const mrn = (msg.get('PID-3.1') || '').trim();
if (mrn === '') {
  throw new Error('PID-3.1 holds no medical record number');
}

// What comes from outside becomes part of a file's name: only letters, digits and hyphens are left.
const safe = mrn.replace(/[^A-Za-z0-9-]/g, '_');
channelMap.put('fileName', safe + '-' + String(messageId).padStart(9, '0') + '.hl7');
msg.set('MSH-3', 'CHANNELHOST');
