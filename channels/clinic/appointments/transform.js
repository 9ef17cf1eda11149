// Who books gives the number (SCH-1); where only the one who fills it does, that (SCH-2). It names the appointment at the service.
const id = msg.get('SCH-1.1') || msg.get('SCH-2.1');
if (!id) {
  throw new Error('SCH-1 and SCH-2 hold no appointment number');
}

if (!(msg.get('SCH-11.4') || msg.get('AIP-6.1'))) {
  throw new Error('SCH-11.4 and AIP-6 hold no start time');
}

channelMap.put('appointmentId', id);
