// One row of the list. What the record system could not use is turned down here, with the column that is to blame.
const patient = msg.rows[0];
const events = { new: 'A28', changed: 'A31' };

patient.mrn = patient.mrn.trim();
if (patient.mrn === '') {
  throw new Error('the column mrn is empty');
}

if (!events[patient.status]) {
  throw new Error('the column status must be new or changed');
}

if (hl7Date(patient.born) === '') {
  throw new Error('the column born must be a date like 1974-03-12');
}

channelMap.put('event', events[patient.status]);
