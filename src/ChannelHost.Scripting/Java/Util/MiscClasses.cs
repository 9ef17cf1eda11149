using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Jint.Native;

namespace ChannelHost.Scripting.Java.Util;

/// <summary>The rest of <c>java.util</c>: UUID, Random, Base64, Locale, StringTokenizer, Scanner, TimeUnit, locks.</summary>
internal static class MiscClasses
{
    /// <summary><c>java.util.UUID</c>.</summary>
    public static readonly JavaClass Uuid = new JavaClass("java.util.UUID")
        .Static("randomUUID", static call => call.New(Uuid!, NewGuid(call)))
        .Static("fromString", static call => call.New(Uuid!, Guid.TryParse(call.Text(0), out var id) ? id : throw call.Throw("java.lang.IllegalArgumentException", "The text is no UUID.")))
        .Static("nameUUIDFromBytes", static call => call.New(Uuid!, OfName(call.Bytes(0))))
        .Method<Guid>("toString", static (id, call) => call.Return(id.ToString()))
        .Method<Guid>("compareTo", static (id, call) => id.CompareTo(call.Object<Guid>(0)));

    /// <summary><c>java.util.Random</c> and <c>SecureRandom</c>.</summary>
    public static readonly JavaClass Random = new JavaClass("java.util.Random")
        .New(static call => call.Has(0) ? new Chance(call.Long(0)) : new Chance(null))
        .Method<Chance>("nextInt", static (chance, call) => call.Count switch
        {
            0 => chance.Bits(call, 32),
            1 => chance.Below(call, call.Int(0)),
            _ => call.Int(0) + chance.Below(call, call.Int(1) - call.Int(0)),
        })
        .Method<Chance>("nextLong", static (chance, call) => ((double)chance.Bits(call, 32) * 4_294_967_296d) + chance.Bits(call, 32))
        .Method<Chance>("nextDouble", static (chance, call) => (((long)chance.Bits(call, 26) << 27) + chance.Bits(call, 27)) * (1.0 / (1L << 53)))
        .Method<Chance>("nextFloat", static (chance, call) => chance.Bits(call, 24) / (double)(1 << 24))
        .Method<Chance>("nextBoolean", static (chance, call) => chance.Bits(call, 1) != 0)
        .Void<Chance>("nextBytes", static (chance, call) => chance.Fill(call, call.Object<JavaBytes>(0).Bytes))
        .Void<Chance>("setSeed", static (chance, call) => chance.Seed(call.Long(0)));

    /// <summary><c>java.security.SecureRandom</c>.</summary>
    public static readonly JavaClass SecureRandom = new JavaClass("java.security.SecureRandom", Random)
        .New(static _ => new Chance(null))
        .Static("getInstance", static call => call.New(SecureRandom!, new Chance(null)))
        .Static("getInstanceStrong", static call => call.New(SecureRandom!, new Chance(null)));

    /// <summary><c>java.util.Locale</c>.</summary>
    public static readonly JavaClass Locale = Locales(new JavaClass("java.util.Locale"))
        .New(static call => Culture(call.Count > 1 ? $"{call.Text(0)}-{call.Text(1)}" : call.Text(0)))
        .Static("getDefault", static call => call.New(Locale!, CultureInfo.InvariantCulture))
        .Static("forLanguageTag", static call => call.New(Locale!, Culture(call.Text(0))))
        .Method<CultureInfo>("getLanguage", static (culture, call) => call.Return(culture.Equals(CultureInfo.InvariantCulture) ? "en" : culture.TwoLetterISOLanguageName))
        .Method<CultureInfo>("toString", static (culture, call) => call.Return(culture.Equals(CultureInfo.InvariantCulture) ? "en_US" : culture.Name.Replace('-', '_')));

    /// <summary><c>java.util.StringTokenizer</c>.</summary>
    public static readonly JavaClass Tokenizer = new JavaClass("java.util.StringTokenizer")
        .New(static call => new Tokens(call.Text(0), call.TextOrNull(1) ?? " \t\n\r\f", call.Flag(2)))
        .Method<Tokens>("hasMoreTokens", static (tokens, _) => tokens.Left > 0)
        .Method<Tokens>("hasMoreElements", static (tokens, _) => tokens.Left > 0)
        .Method<Tokens>("nextToken", static (tokens, call) => call.Return(tokens.Next(call)))
        .Method<Tokens>("nextElement", static (tokens, call) => call.Return(tokens.Next(call)))
        .Method<Tokens>("countTokens", static (tokens, _) => tokens.Left);

    /// <summary><c>java.util.concurrent.TimeUnit</c>.</summary>
    public static readonly JavaClass TimeUnit = TimeUnits();

    /// <summary>Locks and counters: a run has one thread, so they have nothing to wait for.</summary>
    public static readonly JavaClass[] Locks =
    [
        new JavaClass("java.util.concurrent.locks.ReentrantLock").New(static _ => new object())
            .Method("lock", static _ => JsValue.Undefined).Method("unlock", static _ => JsValue.Undefined).Method("tryLock", static _ => true),
        Counter("java.util.concurrent.atomic.AtomicInteger"),
        Counter("java.util.concurrent.atomic.AtomicLong"),
    ];

    /// <summary><c>java.util.Base64</c> with its encoders and decoders.</summary>
    public static readonly JavaClass[] Base64Classes = DefineBase64();

    private static JavaClass[] DefineBase64()
    {
        var encoder = new JavaClass("java.util.Base64$Encoder")
            .Method<Base64Kind>("encodeToString", static (kind, call) => call.Return(kind.Encode(call.Bytes(0))))
            .Method<Base64Kind>("encode", static (kind, call) => call.Return(Encoding.ASCII.GetBytes(kind.Encode(call.Bytes(0)))))
            .Method<Base64Kind>("withoutPadding", static (kind, call) => call.New(((JavaObject)call.Self).JavaType, kind with { IsPadded = false }));
        var decoder = new JavaClass("java.util.Base64$Decoder")
            .Method<Base64Kind>("decode", static (kind, call) => call.Return(kind.Decode(call, JavaText.Is(call[0], out var text) ? text : Encoding.ASCII.GetString(call.Bytes(0)))));
        var type = new JavaClass("java.util.Base64");
        foreach (var (name, kind) in new[] { ("", new Base64Kind(false, false)), ("Url", new Base64Kind(true, false)), ("Mime", new Base64Kind(false, true)) })
        {
            type.Static($"get{name}Encoder", call => call.New(encoder, kind)).Static($"get{name}Decoder", call => call.New(decoder, kind));
        }

        return [type, encoder, decoder];
    }

    private static JavaClass Counter(string name) => new JavaClass(name)
        .New(static call => new Box { Value = call.Has(0) ? call.Number(0) : 0 })
        .Method<Box>("get", static (box, _) => box.Value)
        .Method<Box>("intValue", static (box, _) => box.Value)
        .Void<Box>("set", static (box, call) => box.Value = call.Number(0))
        .Method<Box>("incrementAndGet", static (box, _) => ++box.Value)
        .Method<Box>("decrementAndGet", static (box, _) => --box.Value)
        .Method<Box>("getAndIncrement", static (box, _) => box.Value++)
        .Method<Box>("addAndGet", static (box, call) => box.Value += call.Number(0))
        .Method<Box>("toString", static (box, call) => call.Return(box.Value.ToString(CultureInfo.InvariantCulture)));

    private static JavaClass TimeUnits()
    {
        (string Name, double Millis)[] units =
            [("NANOSECONDS", 1e-6), ("MICROSECONDS", 1e-3), ("MILLISECONDS", 1), ("SECONDS", 1e3), ("MINUTES", 6e4), ("HOURS", 36e5), ("DAYS", 864e5)];
        var type = Lang.JavaEnum.Define("java.util.concurrent.TimeUnit", [.. units.Select(unit => unit.Name)]);
        foreach (var (name, millis) in units)
        {
            type.Method<Lang.JavaEnumValue>("to" + name[0] + name[1..].ToLowerInvariant(), (unit, call) => Math.Truncate(call.Number(0) * units[unit.Ordinal].Millis / millis));
        }

        return type.Void<Lang.JavaEnumValue>("sleep", (unit, call) => Lang.SystemClasses.Wait(call, TimeSpan.FromMilliseconds(Math.Clamp(call.Number(0) * units[unit.Ordinal].Millis, 0, int.MaxValue))));
    }

    private static JavaClass Locales(JavaClass type)
    {
        foreach (var (name, tag) in new[] { ("ENGLISH", ""), ("US", ""), ("ROOT", ""), ("UK", "en-GB"), ("CANADA", "en-CA"), ("GERMANY", "de-DE"), ("GERMAN", "de"), ("FRANCE", "fr-FR"), ("FRENCH", "fr"), ("ITALY", "it-IT"), ("ITALIAN", "it") })
        {
            type.Constant(name, call => call.New(type, Culture(tag)));
        }

        return type;
    }

    private static CultureInfo Culture(string tag) =>
        tag is "" or "en" or "en-US" or "en_US" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(tag.Replace('_', '-'));

    private static Guid NewGuid(JavaCall call)
    {
        if (call.Run.Environment.Random is not { } random)
        {
            return Guid.NewGuid();
        }

        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return Versioned(bytes, 4);
    }

    // The standard's own rule for names, which is made of MD5.
#pragma warning disable CA5351
    private static Guid OfName(byte[] name) => Versioned(MD5.HashData(name), 3);
#pragma warning restore CA5351

    private static Guid Versioned(Span<byte> bytes, int version)
    {
        bytes[6] = (byte)((bytes[6] & 0x0F) | (version << 4));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private sealed class Box
    {
        public double Value { get; set; }
    }

    private sealed record Base64Kind(bool IsUrl, bool IsMime, bool IsPadded = true)
    {
        public string Encode(byte[] bytes)
        {
            var text = Convert.ToBase64String(bytes);
            if (IsUrl)
            {
                text = text.Replace('+', '-').Replace('/', '_');
            }

            text = IsPadded ? text : text.TrimEnd('=');
            return IsMime ? string.Join("\r\n", text.Chunk(76).Select(line => new string(line))) : text;
        }

        public byte[] Decode(JavaCall call, string text)
        {
            var clean = IsMime ? string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/')) : text.TrimEnd('=');
            clean = IsUrl ? clean.Replace('-', '+').Replace('_', '/') : clean;
            clean = clean.PadRight((clean.Length + 3) / 4 * 4, '=');
            var bytes = new byte[(clean.Length / 4 * 3) + 3];
            return clean.Any(char.IsWhiteSpace) || !Convert.TryFromBase64String(clean, bytes, out var count)
                ? throw call.Throw("java.lang.IllegalArgumentException", "The text is not valid Base64.")
                : bytes[..count];
        }
    }

    // The linear congruential generator that java.util.Random promises for a seed; chance itself without one.
    private sealed class Chance
    {
        private long? _seed;

        public Chance(long? seed)
        {
            if (seed is { } given)
            {
                Seed(given);
            }
        }

        public void Seed(long seed) => _seed = (seed ^ 0x5DEECE66DL) & ((1L << 48) - 1);

        public int Bits(JavaCall call, int bits)
        {
            if (_seed is not { } seed)
            {
                return call.Run.Environment.Random is { } random
                    ? (int)(uint)(random.NextInt64() >>> (63 - 32)) >>> (32 - bits)
                    : unchecked((int)((uint)RandomNumberGenerator.GetInt32(int.MinValue, int.MaxValue) >> (32 - bits)));
            }

            seed = unchecked((seed * 0x5DEECE66DL) + 0xBL) & ((1L << 48) - 1);
            _seed = seed;
            return unchecked((int)(seed >> (48 - bits)));
        }

        public int Below(JavaCall call, int bound)
        {
            if (bound <= 0)
            {
                throw call.Throw("java.lang.IllegalArgumentException", "bound must be positive");
            }

            if ((bound & -bound) == bound)
            {
                return (int)((bound * (long)Bits(call, 31)) >> 31);
            }

            int bits;
            int value;
            do
            {
                bits = Bits(call, 31);
                value = bits % bound;
            }
            while (unchecked(bits - value + (bound - 1)) < 0);
            return value;
        }

        public void Fill(JavaCall call, byte[] bytes)
        {
            for (var i = 0; i < bytes.Length;)
            {
                for (var (word, n) = (Bits(call, 32), Math.Min(bytes.Length - i, 4)); n-- > 0; word >>= 8)
                {
                    bytes[i++] = unchecked((byte)word);
                }
            }
        }
    }

    private sealed class Tokens
    {
        private readonly List<string> _tokens = [];
        private int _next;

        public Tokens(string text, string delimiters, bool keepsDelimiters)
        {
            var start = 0;
            for (var at = 0; at <= text.Length; at++)
            {
                if (at < text.Length && !delimiters.Contains(text[at], StringComparison.Ordinal))
                {
                    continue;
                }

                if (at > start)
                {
                    _tokens.Add(text[start..at]);
                }

                if (keepsDelimiters && at < text.Length)
                {
                    _tokens.Add(text[at].ToString());
                }

                start = at + 1;
            }
        }

        public int Left => _tokens.Count - _next;

        public string Next(JavaCall call) => Left > 0 ? _tokens[_next++] : throw call.Throw("java.util.NoSuchElementException", null);
    }
}
