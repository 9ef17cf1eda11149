using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ChannelHost.Testing.Network;

/// <summary>A mail that a peer has taken.</summary>
/// <param name="From">The envelope's sender.</param>
/// <param name="Recipients">The envelope's recipients.</param>
/// <param name="Content">Headers and body.</param>
/// <param name="IsSecure">True when it came by TLS.</param>
/// <param name="User">Who had logged on; null for nobody.</param>
public sealed record TakenMail(string From, IReadOnlyList<string> Recipients, byte[] Content, bool IsSecure, string? User);

/// <summary>
/// A mail server on loopback (RFC 5321, STARTTLS, AUTH PLAIN and LOGIN) that keeps what it takes. By its settings it says otherwise, falls silent or cuts the
/// connection at any place.
/// </summary>
public sealed class SmtpPeer : IAsyncDisposable
{
    /// <summary>As an answer: the connection is cut.</summary>
    public const string Cut = "CUT";

    /// <summary>As an answer: nothing is said any more.</summary>
    public const string Silence = "SILENCE";

    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private readonly ConcurrentQueue<TakenMail> _mails = new();
    private readonly ConcurrentQueue<string> _commands = new();
    private readonly Task _accepting;

    public SmtpPeer(int port = 0)
    {
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>What it has taken, in order.</summary>
    public IReadOnlyList<TakenMail> Mails => [.. _mails];

    /// <summary>What it was told, in order; content left out.</summary>
    public IReadOnlyList<string> Commands => [.. _commands];

    /// <summary>Its certificate; null to offer no TLS.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>True to speak TLS from the first byte.</summary>
    public bool IsImplicit { get; set; }

    /// <summary>Who may log on; null when nobody need.</summary>
    public (string User, string Password)? Account { get; set; }

    /// <summary>What it says in the place of its own answer to a command (<c>CONNECT</c> for the greeting, <c>CONTENT</c> for a mail's end); null for its own.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        foreach (var socket in _connections.Keys)
        {
            socket.Dispose();
        }

        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            for (; ;)
            {
                var socket = await _listener.AcceptAsync(_stopping.Token);
                _connections[socket] = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        try
        {
            Stream stream = new NetworkStream(socket);
            if (IsImplicit)
            {
                stream = await SecureAsync(stream);
            }

            await new Session(this, stream, IsImplicit).RunAsync(_stopping.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException)
        {
            // The client went away, or did not want our certificate.
        }
    }

    private async Task<SslStream> SecureAsync(Stream inner)
    {
        var secure = new SslStream(inner);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stopping.Token);
        return secure;
    }

    private sealed class Session(SmtpPeer peer, Stream stream, bool isSecure)
    {
        private readonly List<string> _recipients = [];
        private Stream _stream = stream;
        private bool _isSecure = isSecure;
        private string? _user;
        private string _from = "";

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            var goesOn = await SayAsync("CONNECT", "220 peer ESMTP", cancellationToken);
            while (goesOn && await ReadLineAsync(cancellationToken) is { } line)
            {
                peer._commands.Enqueue(line);
                goesOn = await ObeyAsync(line, cancellationToken);
            }
        }

        private async Task<bool> ObeyAsync(string line, CancellationToken cancellationToken)
        {
            var verb = line.Split(' ', 2)[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO" or "HELO":
                    return await SayAsync(verb, Greeting(), cancellationToken);
                case "STARTTLS" when peer.Certificate is not null:
                    if (!await SayAsync(verb, "220 go ahead", cancellationToken))
                    {
                        return false;
                    }

                    (_stream, _isSecure) = (await peer.SecureAsync(_stream), true);
                    return true;
                case "AUTH":
                    return await LogOnAsync(line, cancellationToken);
                case "MAIL":
                    _from = Address(line);
                    _recipients.Clear();
                    return await SayAsync(verb, peer.Account is not null && _user is null ? "530 log on first" : "250 ok", cancellationToken);
                case "RCPT":
                    _recipients.Add(Address(line));
                    return await SayAsync(verb, "250 ok", cancellationToken);
                case "DATA":
                    return await TakeAsync(cancellationToken);
                case "QUIT":
                    await SayAsync(verb, "221 bye", cancellationToken);
                    return false;
                default:
                    return await SayAsync(verb, verb is "RSET" or "NOOP" ? "250 ok" : "502 what?", cancellationToken);
            }
        }

        private string Greeting()
        {
            var extensions = new List<string> { "peer", "8BITMIME" };
            if (peer.Certificate is not null && !_isSecure)
            {
                extensions.Add("STARTTLS");
            }

            if (peer.Account is not null)
            {
                extensions.Add("AUTH PLAIN LOGIN");
            }

            return string.Join("\r\n", extensions.Select((extension, index) => $"250{(index < extensions.Count - 1 ? '-' : ' ')}{extension}"));
        }

        private async Task<bool> LogOnAsync(string line, CancellationToken cancellationToken)
        {
            var parts = line.Split(' ');
            string[] given;
            if (parts[1].Equals("PLAIN", StringComparison.OrdinalIgnoreCase))
            {
                var secret = parts.Length > 2 ? parts[2] : await AskAsync("", cancellationToken);
                given = Encoding.UTF8.GetString(Convert.FromBase64String(secret)).Split('\0')[^2..];
            }
            else
            {
                given = [Decode(parts.Length > 2 ? parts[2] : await AskAsync("VXNlcm5hbWU6", cancellationToken)), Decode(await AskAsync("UGFzc3dvcmQ6", cancellationToken))];
            }

            if (peer.Account is { } account && given[0] == account.User && given[1] == account.Password)
            {
                _user = given[0];
                return await SayAsync("AUTH", "235 welcome", cancellationToken);
            }

            return await SayAsync("AUTH", "535 no", cancellationToken);
        }

        private static string Decode(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));

        private async Task<string> AskAsync(string challenge, CancellationToken cancellationToken)
        {
            await WriteAsync($"334 {challenge}", cancellationToken);
            return await ReadLineAsync(cancellationToken) ?? "";
        }

        private async Task<bool> TakeAsync(CancellationToken cancellationToken)
        {
            if (peer.Answer("DATA") is { } other)
            {
                return await SayAsync("DATA", other, cancellationToken);
            }

            await WriteAsync("354 go on", cancellationToken);
            using var content = new MemoryStream();
            while (await ReadLineAsync(cancellationToken) is { } line)
            {
                if (line == ".")
                {
                    var answer = peer.Answer("CONTENT");
                    if (answer is null || answer.StartsWith('2'))
                    {
                        peer._mails.Enqueue(new TakenMail(_from, [.. _recipients], content.ToArray(), _isSecure, _user));
                    }

                    return await SayAsync("CONTENT", "250 taken", cancellationToken);
                }

                content.Write(Encoding.Latin1.GetBytes((line.StartsWith('.') ? line[1..] : line) + "\r\n"));
            }

            return false;
        }

        private async Task<bool> SayAsync(string command, string own, CancellationToken cancellationToken)
        {
            switch (peer.Answer(command) ?? own)
            {
                case Cut:
                    return false;
                case Silence:
                    await Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
                    return false;
                case var answer:
                    await WriteAsync(answer, cancellationToken);
                    return true;
            }
        }

        private async Task WriteAsync(string line, CancellationToken cancellationToken)
        {
            await _stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), cancellationToken);
            await _stream.FlushAsync(cancellationToken);
        }

        // Byte by byte: after STARTTLS nothing of the old stream may have been read ahead.
        private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
        {
            var line = new StringBuilder();
            var one = new byte[1];
            while (await _stream.ReadAsync(one, cancellationToken) == 1)
            {
                if (one[0] == '\n')
                {
                    return line.ToString().TrimEnd('\r');
                }

                line.Append((char)one[0]);
            }

            return null;
        }

        private static string Address(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
    }
}
