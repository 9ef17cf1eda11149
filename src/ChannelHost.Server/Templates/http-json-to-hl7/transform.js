// What cannot become a patient is refused here: the sender gets an error status, and the request is kept with this text.
for (const name of ['mrn', 'family', 'given']) {
  if (typeof msg[name] !== 'string' || msg[name].trim() === '') {
    throw new Error(name + ' is missing');
  }
}

channelMap.put('mrn', msg.mrn.trim());
