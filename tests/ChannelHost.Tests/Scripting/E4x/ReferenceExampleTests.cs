namespace ChannelHost.Tests.Scripting.E4x;

public sealed class ReferenceExampleTests
{
    [Fact]
    public void Dump()
    {
        var text = new System.Text.StringBuilder();
        foreach (var mode in new[] { Compatibility.None, Compatibility.Mirth })
        {
            foreach (var example in ReferenceExample.Load())
            {
                string got;
                bool same;
                try
                {
                    var (type, value, isError) = example.Run(mode);
                    got = isError ? "THROWS " + value : type + " " + value;
                    same = example.HostBug is not null ? !isError : example.Throws is not null ? isError : !isError && value == example.Text;
                }
                catch (Exception e)
                {
                    got = "CRASH " + e;
                    same = false;
                }

                if (!same)
                {
                    text.AppendLine($"{mode}\t{example.Expr}\t{example.Text ?? example.Throws}\t{got}");
                }
            }
        }

        File.WriteAllText("/tmp/wt-runtime/dump.txt", text.ToString());
    }
}
