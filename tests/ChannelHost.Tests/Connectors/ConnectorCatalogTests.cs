using System.Reflection;
using ChannelHost.Connectors;

namespace ChannelHost.Tests.Connectors;

public sealed class ConnectorCatalogTests
{
    [Fact]
    public void EveryConnector_HasItsOwnNameAndSummary()
    {
        Assert.Equal(["channel", "database", "files", "http", "javascript", "mllp", "sftp", "smtp"], ConnectorCatalog.All.Select(connector => connector.Type).Order());
        Assert.All(ConnectorCatalog.All, connector => Assert.NotEmpty(connector.Summary));
    }

    [Fact]
    public void EverySetting_SaysWhatItMeansAndCanBeBound()
    {
        foreach (var options in ConnectorCatalog.All.SelectMany(connector => new[] { connector.SourceOptions, connector.DestinationOptions }).OfType<Type>())
        {
            Check(options);
        }
    }

    private static void Check(Type options)
    {
        Assert.NotNull(Activator.CreateInstance(options));
        foreach (var property in options.GetProperties())
        {
            var option = property.GetCustomAttribute<OptionAttribute>();
            Assert.True(option is not null, $"{options.Name}.{property.Name} has no [Option]");
            Assert.NotEmpty(option.Summary);
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var item = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : type;
            if (item.IsClass && item.Namespace!.StartsWith("ChannelHost.Connectors", StringComparison.Ordinal))
            {
                Check(item);
                continue;
            }

            Assert.True(
                item.IsEnum || item == typeof(string) || type == typeof(int) || type == typeof(bool) || type == typeof(TimeSpan) || type == typeof(ByteSize) ||
                type == typeof(Template) || type == typeof(ScriptFile),
                $"{options.Name}.{property.Name} is of a type that no setting has");
        }
    }
}
