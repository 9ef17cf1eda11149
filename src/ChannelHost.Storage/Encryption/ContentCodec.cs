using System.Text;
using ChannelHost.Storage.Keys;

namespace ChannelHost.Storage.Encryption;

/// <summary>
/// How a channel's content becomes the bytes on the disk, and comes back: large pieces are compressed, all are encrypted by AES-256-GCM, bound to the
/// channel and to their place. Where nothing is to be encrypted it writes what it is given. Knows no database: every store uses it.
/// One thread at a time writes; any number reads.
/// </summary>
/// <param name="channel">The channel.</param>
/// <param name="keys">The keys.</param>
/// <param name="scope">What is sealed.</param>
internal sealed class ContentCodec(string channel, EncryptionKeys keys, EncryptionScope scope) : IDisposable
{
    /// <summary>The form of what is not encrypted.</summary>
    internal const string PlainForm = "plain";

    private readonly ContentSealer _sealer = new(channel);
    private readonly ContentOpener _opener = new(channel, keys);
    private SecretKey? _present;

    /// <summary>The channel.</summary>
    internal string Channel => channel;

    /// <summary>The keys.</summary>
    internal EncryptionKeys Keys => keys;

    /// <summary>True when what is written is sealed.</summary>
    internal bool Seals => scope != EncryptionScope.None;

    /// <summary>True when what people search by is hidden as well.</summary>
    internal bool SealsAll => scope == EncryptionScope.All;

    /// <summary>Hashes what people search by; set when the store is opened by one that hides it.</summary>
    internal BlindIndex? Index { get; set; }

    /// <summary>The id of the key that is written with, or <see cref="PlainForm"/>.</summary>
    internal string PresentForm => Seals ? Present.Id : PlainForm;

    // Kept from one taking to the next: the store writes down which key it uses before anything is sealed with it.
    private SecretKey Present => _present ??= keys.Ring!.Present;

    /// <summary>How often the key that is written with has changed. Who works through a store notices by it that another key came meanwhile.</summary>
    internal int Generation { get; private set; }

    /// <summary>True when there is a newer key than the one that is written with.</summary>
    internal bool IsBehind => Seals && keys.Ring!.Present.Id != Present.Id;

    /// <summary>True while the store may hold what was written in another form, so that what is searched by may stand there in the clear and as a hash.</summary>
    internal bool HasOtherForms { get; set; }

    /// <summary>The first of the keys there are now; null where nothing is sealed.</summary>
    internal SecretKey? NewestKey => Seals ? keys.Ring!.Present : null;

    /// <summary>Seals with the first of the keys there are now; the writer's call.</summary>
    internal void TakePresentKey() => Take(NewestKey);

    /// <summary>Seals with a key from here on; the writer's call, when the store has written down that it is used.</summary>
    internal void Take(SecretKey? key)
    {
        if (key is not null && key.Id != Present.Id)
        {
            _present = key;
            Generation++;
        }
    }

    /// <summary>A codec that writes in the clear and has no keys.</summary>
    internal static ContentCodec Plain(string channel) => new(channel, EncryptionKeys.None, EncryptionScope.None);

    /// <summary>The form of bytes that are either sealed or UTF-8 text.</summary>
    internal static string FormOf(ReadOnlySpan<byte> stored) => SealedPiece.Is(stored) ? SealedPiece.KeyOf(stored) : PlainForm;

    /// <summary>True when a form can be read: it is plain, or its key is there.</summary>
    internal bool CanOpen(string form) => form == PlainForm || keys.Ring?.Find(form) is not null;

    /// <summary>Seals a piece; what it gives is good until the next call.</summary>
    internal ReadOnlySpan<byte> Seal(in ContentPlace place, ReadOnlySpan<byte> content) => _sealer.Seal(Present, place, content);

    /// <summary>Opens a sealed piece.</summary>
    /// <exception cref="InvalidDataException">It is not what was sealed for this place, or its key is not there.</exception>
    internal byte[] Open(in ContentPlace place, ReadOnlySpan<byte> piece) => _opener.Open(place, piece);

    /// <summary>What is stored for bytes that begin as UTF-8 text: sealed or as they are.</summary>
    internal ReadOnlySpan<byte> Write(in ContentPlace place, ReadOnlySpan<byte> text) => Seals ? Seal(place, text) : text;

    /// <summary>What <see cref="Write"/> was given.</summary>
    /// <exception cref="InvalidDataException">It is not what was sealed for this place, or its key is not there.</exception>
    internal byte[] Read(in ContentPlace place, ReadOnlySpan<byte> stored) => SealedPiece.Is(stored) ? Open(place, stored) : stored.ToArray();

    /// <summary>The same for text.</summary>
    /// <exception cref="InvalidDataException">It is not what was sealed for this place, or its key is not there.</exception>
    internal string ReadText(in ContentPlace place, ReadOnlySpan<byte> stored) => Encoding.UTF8.GetString(SealedPiece.Is(stored) ? Open(place, stored) : stored);

    /// <inheritdoc/>
    public void Dispose()
    {
        _sealer.Dispose();
        _opener.Dispose();
    }
}
