namespace ChannelHost.Scripting.Java.Lang;

/// <summary><c>java.lang.Math</c>.</summary>
internal static class MathClass
{
    /// <summary>The class.</summary>
    public static readonly JavaClass Class = new JavaClass("java.lang.Math")
        .Static("abs", static call => Math.Abs(call.Number(0)))
        .Static("max", static call => Math.Max(call.Number(0), call.Number(1)))
        .Static("min", static call => Math.Min(call.Number(0), call.Number(1)))
        .Static("ceil", static call => Math.Ceiling(call.Number(0)))
        .Static("floor", static call => Math.Floor(call.Number(0)))
        .Static("round", static call => Math.Floor(call.Number(0) + 0.5))
        .Static("rint", static call => Math.Round(call.Number(0), MidpointRounding.ToEven))
        .Static("pow", static call => Math.Pow(call.Number(0), call.Number(1)))
        .Static("sqrt", static call => Math.Sqrt(call.Number(0)))
        .Static("cbrt", static call => Math.Cbrt(call.Number(0)))
        .Static("exp", static call => Math.Exp(call.Number(0)))
        .Static("log", static call => Math.Log(call.Number(0)))
        .Static("log10", static call => Math.Log10(call.Number(0)))
        .Static("sin", static call => Math.Sin(call.Number(0)))
        .Static("cos", static call => Math.Cos(call.Number(0)))
        .Static("tan", static call => Math.Tan(call.Number(0)))
        .Static("atan2", static call => Math.Atan2(call.Number(0), call.Number(1)))
        .Static("hypot", static call => Math.Sqrt((call.Number(0) * call.Number(0)) + (call.Number(1) * call.Number(1))))
        .Static("signum", static call => (double)Math.Sign(call.Number(0)))
        .Static("toRadians", static call => double.DegreesToRadians(call.Number(0)))
        .Static("toDegrees", static call => double.RadiansToDegrees(call.Number(0)))
        .Static("floorMod", static call => call.Number(0) - (Math.Floor(call.Number(0) / call.Number(1)) * call.Number(1)))
        .Static("floorDiv", static call => Math.Floor(call.Number(0) / call.Number(1)))
        .Static("random", static call => call.Java.NextRandom())
        .Constant("PI", Math.PI)
        .Constant("E", Math.E);
}
