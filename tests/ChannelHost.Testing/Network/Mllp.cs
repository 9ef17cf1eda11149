using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChannelHost.Testing.Network;

/// <summary>MLLP as the tests speak it: on purpose not the product's own code, so that both would have to be wrong in the same way.</summary>
public static class Mllp
{
    /// <summary>Content in its blocks.</summary>
    public static byte[] Frame(string content) => Frame(Encoding.Latin1.GetBytes(content));

    /// <summary>Content in its blocks.</summary>
    public static byte[] Frame(byte[] content) => [0x0B, .. content, 0x1C, 0x0D];

    /// <summary>Opens a plain connection on loopback.</summary>
    public static async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint, cancellationToken);
        return socket;
    }

    /// <summary>Sends bytes as they are.</summary>
    public static async Task SendAsync(Socket socket, byte[] bytes, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), cancellationToken);
        }
    }

    /// <summary>Reads one frame byte by byte; null when the connection ends before one is whole.</summary>
    public static async Task<byte[]?> ReadFrameAsync(Stream stream, CancellationToken cancellationToken)
    {
        var content = new List<byte>();
        var inside = false;
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellationToken) == 1)
        {
            if (!inside)
            {
                inside = one[0] == 0x0B;
                continue;
            }

            content.Add(one[0]);
            if (content.Count >= 2 && content[^2] == 0x1C && content[^1] == 0x0D)
            {
                return [.. content[..^2]];
            }
        }

        return null;
    }

    /// <summary>Reads one frame as text; null when the connection ends before one is whole. Gives up after 20 s.</summary>
    public static async Task<string?> ReadTextAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        var frame = new List<byte>();
        var one = new byte[1];
        try
        {
            // A NetworkStream refuses a socket whose own side is shut down, which is what half of the tests do.
            while (await socket.ReceiveAsync(one, limit.Token) == 1)
            {
                frame.Add(one[0]);
                if (frame is [0x0B, .., 0x1C, 0x0D])
                {
                    return Encoding.Latin1.GetString([.. frame[1..^2]]);
                }
            }
        }
        catch (SocketException)
        {
            // Reset: no answer, either.
        }

        return null;
    }
}
