// One JSON document for each event. What must be there is asked for here: without it the message ends in an error, and nothing is posted.
const actions = { S12: 'booked', S13: 'moved', S14: 'changed', S15: 'cancelled', S26: 'not-kept' };
const appointment = msg.get('SCH-2.1') || msg.get('SCH-1.1');
if (!appointment) {
  throw new Error('SCH-2 and SCH-1 hold no appointment number');
}

msg = {
  appointment: appointment,
  action: actions[msg.get('MSH-9.2')],
  start: msg.get('SCH-11.4'),
  reason: msg.get('SCH-7.2'),
  patient: {
    mrn: msg.get('PID-3.1'),
    family: msg.get('PID-5.1'),
    given: msg.get('PID-5.2'),
  },
  resources: msg.all('AIP').map(person => person.get('3.1')),
};
