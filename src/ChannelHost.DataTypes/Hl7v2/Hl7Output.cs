namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>Bytes being written, in one charset.</summary>
internal sealed class Hl7Output(Charset charset, int capacity)
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);
    private int _length;

    public Charset Charset => charset;

    /// <summary>What was written so far; shares the memory.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Write(byte value)
    {
        Reserve(1);
        _bytes[_length++] = value;
    }

    public void Repeat(byte value, int count)
    {
        Reserve(count);
        _bytes.AsSpan(_length, count).Fill(value);
        _length += count;
    }

    /// <exception cref="MessageFormatException">A character does not exist in the charset.</exception>
    public void Write(ReadOnlySpan<char> text)
    {
        Reserve(charset.MaxByteCount(text.Length));
        _length += charset.Write(text, _bytes.AsSpan(_length));
    }

    private void Reserve(int count)
    {
        if (count > _bytes.Length - _length)
        {
            var wanted = Math.Max((long)_length + count, Math.Min((long)_bytes.Length * 2, Array.MaxLength));
            Array.Resize(ref _bytes, checked((int)wanted));
        }
    }
}
