// The appointment as it stands after the event: putting it twice changes nothing, so a repeated message does no harm.
const statuses = { S12: 'booked', S13: 'booked', S14: 'booked', S15: 'cancelled', S26: 'no-show' };
const event = msg.get('MSH-9.2');
const minutes = msg.get('SCH-11.3') || msg.get('SCH-9');

msg = {
  id: channelMap.get('appointmentId'),
  status: statuses[event],
  event: event,
  start: isoDate(msg.get('SCH-11.4') || msg.get('AIP-6.1')),
  end: isoDate(msg.get('SCH-11.5')),
  minutes: minutes ? Number(minutes) : null,
  reason: msg.get('SCH-6.2') || msg.get('SCH-6.1'),
  patient: {
    mrn: msg.get('PID-3.1'),
    family: msg.get('PID-5.1'),
    given: msg.get('PID-5.2'),
  },
  practitioners: msg.all('AIP-3').map(person => ({ id: person.get('1'), family: person.get('2'), given: person.get('3') })),
  locations: msg.all('AIL-3').map(place => [place.get('1'), place.get('2')].filter(part => part).join(' ')),
};
