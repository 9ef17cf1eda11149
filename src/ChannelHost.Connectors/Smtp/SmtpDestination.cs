using System.Text;
using ChannelHost.Connectors.Text;
using ChannelHost.Connectors.Tls;
using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Smtp;

/// <summary>Sends each message as one mail, and takes the server's answer to it for the partner's word.</summary>
internal sealed partial class SmtpDestination(SmtpDestinationOptions options, ConnectorContext context) : IDestination
{
    private readonly MailBuilder _builder = new(options, context);
    private SmtpSending? _sending;
    private HostPort _server;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!HostPort.TryParse(options.Connect, out _server))
        {
            throw new ConnectorException($"Cannot send mail by '{options.Connect}': wanted {HostPort.Wanted}.");
        }

        var tls = options.Security == MailSecurity.None ? null : new ClientTls(options.Tls ?? new TlsClientOptions(), context.Time, context.Logger);
        _sending = new SmtpSending(new SmtpServer(_server, options.Security, options.Auth?.User, options.Auth?.Password, options.ConnectTimeout, options.Timeout), tls, context.Time);
        if (options is { Security: MailSecurity.None, Auth: not null } && !IsLoopback(_server.Host))
        {
            Log.Readable(context.Logger, _server.ToString());
        }

        return Task.CompletedTask;
    }

    public async ValueTask<Response> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_builder.TryBuild(message, out var mail, out var reason))
        {
            return Response.Failed(reason);
        }

        using (mail)
        {
            try
            {
                var said = await _sending!.SendAsync(mail, cancellationToken);
                return Response.Sent($"{_server} has taken the mail.", Encoding.UTF8.GetBytes(said));
            }
            catch (ConnectorException e)
            {
                return Response.TryAgain(e.Message);
            }
            catch (SmtpFaultException fault)
            {
                var response = fault.Outcome switch
                {
                    SmtpOutcome.Refused => Response.Failed(fault.Message),
                    SmtpOutcome.Uncertain => Response.Uncertain(fault.Message),
                    _ => Response.TryAgain(fault.Message),
                };
                return response with { Error = fault.Details };
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool IsLoopback(string host) => host == "localhost" || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Our credentials for {Server} can be read on the way: its security is none.")]
        public static partial void Readable(ILogger logger, string server);
    }
}
