// New (S12), moved (S13), changed (S14), cancelled (S15) and not kept (S26).
return msg.get('MSH-9.1') === 'SIU' && ['S12', 'S13', 'S14', 'S15', 'S26'].includes(msg.get('MSH-9.2'));
