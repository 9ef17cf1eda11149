using ChannelHost.DataTypes.Delimited;
using ChannelHost.DataTypes.Hl7v2;
using ChannelHost.DataTypes.Json;
using ChannelHost.DataTypes.Raw;
using ChannelHost.DataTypes.RowTree;
using ChannelHost.DataTypes.X12;
using ChannelHost.DataTypes.Xml;

namespace ChannelHost.DataTypes;

/// <summary>All data types of this room.</summary>
public static class DataTypeCatalog
{
    /// <summary>One descriptor each; the order is that of lists and reference pages.</summary>
    public static IReadOnlyList<IDataType> All => [new Hl7v2DataType(), new JsonDataType(), new XmlDataType(), new DelimitedDataType(), new RowTreeDataType(), new X12DataType(), new RawDataType()];
}
