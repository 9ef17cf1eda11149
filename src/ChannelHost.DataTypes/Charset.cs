using System.Text;

namespace ChannelHost.DataTypes;

/// <summary>A charset that never replaces what it cannot read or write: it throws, and says at which byte or character.</summary>
internal sealed class Charset
{
    /// <summary>What a setting that names a charset takes, for error texts.</summary>
    public const string Wanted = "a charset's name, such as utf-8, iso-8859-1 or windows-1252";

    private const int Utf8CodePage = 65001;

    private readonly Encoding? _encoding;
    private readonly string _origin;

    private Charset(Encoding? encoding, string name, string origin)
    {
        _encoding = encoding;
        _origin = origin;
        Name = name;
        IsAsciiTransparent = encoding is null || IsTransparent(encoding);
    }

    /// <summary>UTF-8 by default, that is: nobody named a charset.</summary>
    public static Charset Utf8 { get; } = new(Strict("utf-8"), "utf-8", "the default");

    /// <summary>The name as it was given.</summary>
    public string Name { get; }

    /// <summary>
    /// True when a byte below 0x80 is always that ASCII character, so that delimiters can be looked for in the bytes. Not so in UTF-16,
    /// nor in the double-byte charsets whose second byte may be <c>|</c> or <c>\</c>.
    /// </summary>
    public bool IsAsciiTransparent { get; }

    /// <summary>The charset's number: two charsets with equal numbers write equal bytes. -1 for a name that nobody knows.</summary>
    public int CodePage => _encoding?.CodePage ?? -1;

    /// <summary>The charset of this name, or null when .NET knows none such.</summary>
    /// <param name="name">A name of the IANA registry, or a code page's number.</param>
    /// <param name="origin">Who named it, for error texts: <c>the setting charset</c>.</param>
    public static Charset? Find(string name, string origin)
    {
        var encoding = Strict(name);
        return encoding is null ? null : new Charset(encoding, name, origin);
    }

    /// <summary>A charset that nobody knows: ASCII can be read and written, all else is an error that says so.</summary>
    public static Charset Unknown(string name, string origin) => new(null, name, origin);

    /// <summary>The bytes as text.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="offset">Where they stand in the message, for error texts.</param>
    /// <exception cref="MessageFormatException">They cannot be decoded.</exception>
    public string Read(ReadOnlySpan<byte> bytes, int offset)
    {
        if (_encoding is null)
        {
            var odd = bytes.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            return odd < 0
                ? Encoding.ASCII.GetString(bytes)
                : throw new MessageFormatException($"Byte {offset + odd} is not ASCII, and the charset \"{Name}\" ({_origin}) is not known. Name one that is, or set charsetFromMessage: false.");
        }

        try
        {
            return _encoding.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            var at = offset + Math.Clamp(e.Index, 0, Math.Max(0, bytes.Length - 1));
            throw new MessageFormatException($"Byte {at} (counted from 0) is no text in charset {Name} ({_origin}).", e);
        }
    }

    /// <summary>True when the bytes can be decoded. Makes no text.</summary>
    public bool CanRead(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes) && IsAsciiTransparent)
        {
            return true;
        }

        if (_encoding is null || CodePage == Utf8CodePage)
        {
            return _encoding is not null && System.Text.Unicode.Utf8.IsValid(bytes);
        }

        try
        {
            _ = _encoding.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>A reader for bytes that are not to be decoded all at once. It throws <see cref="DecoderFallbackException"/> where they are no text.</summary>
    public TextReader Open(Stream bytes) => new StreamReader(bytes, _encoding ?? StrictAscii, detectEncodingFromByteOrderMarks: false);

    /// <summary>How many bytes a text takes for which <see cref="CanWrite"/> holds.</summary>
    public int ByteCount(string text) => Ascii.IsValid(text) ? text.Length : (_encoding ?? StrictAscii).GetByteCount(text);

    /// <summary>How many bytes the text can take at most.</summary>
    public int MaxByteCount(int characters) => _encoding?.GetMaxByteCount(characters) ?? characters;

    /// <summary>True when every character of the text exists in the charset.</summary>
    public bool CanWrite(string text)
    {
        if (Ascii.IsValid(text))
        {
            return true;
        }

        try
        {
            _ = (_encoding ?? StrictAscii).GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Writes text as bytes; gives their number.</summary>
    /// <exception cref="MessageFormatException">A character does not exist in the charset.</exception>
    public int Write(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        try
        {
            return (_encoding ?? StrictAscii).GetBytes(text, bytes);
        }
        catch (EncoderFallbackException e)
        {
            throw new MessageFormatException(
                $"The character U+{(e.CharUnknownHigh != 0 ? char.ConvertToUtf32(e.CharUnknownHigh, e.CharUnknownLow) : e.CharUnknown):X4} does not exist in charset {Name} ({_origin}).", e);
        }
    }

    /// <summary>Text as bytes.</summary>
    /// <exception cref="MessageFormatException">A character does not exist in the charset.</exception>
    public byte[] Write(string text)
    {
        var bytes = new byte[MaxByteCount(text.Length)];
        var length = Write(text, bytes);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    private static Encoding StrictAscii => Strict("us-ascii")!;

    private static Encoding? Strict(string name)
    {
        var provider = CodePagesEncodingProvider.Instance;
        try
        {
            return int.TryParse(name, out var number)
                ? provider.GetEncoding(number, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                    ?? Encoding.GetEncoding(number, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                : provider.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                    ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsTransparent(Encoding encoding) => encoding.CodePage switch
    {
        65001 or 20127 => true,
        // EUC: all bytes of a character above ASCII are above 0x80.
        51932 or 51936 or 51949 or 20932 or 20936 or 949 => true,
        // EBCDIC has one byte a character too, but not these.
        _ => encoding.IsSingleByte && encoding.GetByteCount("MSH|^~\\&\r\n") == 10 && encoding.GetBytes("MSH|^~\\&\r\n").AsSpan().SequenceEqual("MSH|^~\\&\r\n"u8),
    };
}
