namespace ChannelHost.Server.Demo.Traffic;

/// <summary>A way by which a partner sends to the clinic's channels.</summary>
internal enum TrafficLine
{
    /// <summary>Registrations from the practice management system, by MLLP.</summary>
    Registrations,

    /// <summary>Results from the laboratory, by MLLP.</summary>
    LabResults,

    /// <summary>Charges, as files in a watched folder.</summary>
    Charges,

    /// <summary>Appointments, by MLLP.</summary>
    Appointments,

    /// <summary>Intake forms, by HTTP.</summary>
    Forms,

    /// <summary>Lists of patients, as CSV files on the SFTP server.</summary>
    PatientLists,

    /// <summary>Results for the practice management system, by MLLP.</summary>
    Results,
}

/// <summary>Something that a partner sends.</summary>
/// <param name="Line">The way.</param>
/// <param name="Number">From 1 in this demo: part of ids and file names.</param>
/// <param name="Content">The bytes.</param>
internal sealed record TrafficItem(TrafficLine Line, long Number, ReadOnlyMemory<byte> Content);
