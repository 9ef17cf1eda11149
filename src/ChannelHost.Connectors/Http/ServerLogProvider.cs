using Microsoft.Extensions.Logging;

namespace ChannelHost.Connectors.Http;

/// <summary>Passes the server's own warnings on to the log of the source. What it says below that is for people who debug Kestrel, and may quote requests.</summary>
internal sealed class ServerLogProvider(ILogger target) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Warnings(target);

    public void Dispose()
    {
        // The log is not ours.
    }

    private sealed class Warnings(ILogger target) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && target.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                target.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
