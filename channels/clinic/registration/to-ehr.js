// The EHR reads one JSON document for each event.
const event = msg.get('MSH-9.2');
const patient = {
  event: event,
  controlId: msg.get('MSH-10'),
  mrn: msg.get('PID-3.1'),
  identifiers: msg.all('PID-3').map(id => ({ value: id.get('1'), authority: id.get('4'), type: id.get('5') })),
  family: msg.get('PID-5.1'),
  given: msg.get('PID-5.2'),
  birthDate: isoDate(msg.get('PID-7')),
  sex: msg.get('PID-8'),
  address: {
    street: msg.get('PID-11.1'),
    city: msg.get('PID-11.3'),
    postalCode: msg.get('PID-11.5'),
  },
  phone: msg.get('PID-13.1'),
};

// A merge says which record goes up in this one.
if (event === 'A40') {
  patient.replaces = msg.get('MRG-1.1');
}

msg = patient;
