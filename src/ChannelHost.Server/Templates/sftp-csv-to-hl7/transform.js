// What is no patient ends in an error with this text, and in errorFolder.
const patient = msg.rows[0];
for (const name of ['family', 'given']) {
  if (!patient[name]) {
    throw new Error('the column ' + name + ' is empty or missing');
  }
}

channelMap.put('mrn', patient.mrn.trim());
