using ChannelHost.Import.Reading;

namespace ChannelHost.Import.Migration;

/// <summary>Brings a channel of any version to the form of 4.5.</summary>
internal static class ChannelMigration
{
    /// <summary>Changes the element.</summary>
    public static void Migrate(ExportElement channel)
    {
    }
}
