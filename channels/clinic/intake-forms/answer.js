// 201: the record system has it. 202: it is on stable storage here and is delivered as soon as the record system can be reached.
const delivery = responseMap.get('ehr');
if (!delivery || (delivery.status !== 'SENT' && delivery.status !== 'QUEUED')) {
  // Turned down, here or there: the connector's own answer says so.
  return;
}

const isDelivered = delivery.status === 'SENT';
responseMap.put('http.status', isDelivered ? 201 : 202);
return JSON.stringify({ messageId: messageId, status: isDelivered ? 'delivered' : 'accepted' });
