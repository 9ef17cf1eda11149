using System.Runtime.InteropServices;

namespace ChannelHost.Connectors.Files;

/// <summary>
/// Why the system refused, in its own words alone. Texts of exceptions name paths, and a file or folder named from a message tells who a patient is.
/// </summary>
internal static class SystemReason
{
    private const int NotFound = 2;
    private const int NoRight = 13;
    private const int NameTooLong = 36;
    private const int LargestNumber = 4095;

    /// <summary>The reason without any path.</summary>
    public static string Of(Exception failure) => NumberOf(failure) is var number and > 0
        ? $"{Marshal.GetPInvokeErrorMessage(number)} (error {number})"
        : $"the operation failed ({failure.GetType().Name})";

    // .NET keeps the system's number where it has no exception of its own for it.
    private static int NumberOf(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => NotFound,
        UnauthorizedAccessException => NoRight,
        PathTooLongException => NameTooLong,
        IOException { HResult: > 0 and <= LargestNumber } => failure.HResult,
        _ => 0,
    };
}
