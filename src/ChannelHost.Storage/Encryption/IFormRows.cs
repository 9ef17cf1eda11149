namespace ChannelHost.Storage.Encryption;

/// <summary>The small table of a store in which <see cref="StoredForms"/> keeps names and values.</summary>
internal interface IFormRows
{
    /// <summary>All names, in order.</summary>
    IEnumerable<string> Names();

    /// <summary>The value of a name; null when it is not there.</summary>
    byte[]? Find(string name);

    /// <summary>Writes a name's value, in the running transaction.</summary>
    void Put(string name, byte[] value);

    /// <summary>Takes a name out, in the running transaction.</summary>
    void Remove(string name);
}
