namespace ChannelHost.Connectors.Http;

internal sealed record HttpDestinationOptions
{
    public static IEnumerable<OptionProblem> Problems() => [];
}
