namespace ChannelHost.DataTypes.Hl7v2;

/// <summary>
/// Which acknowledgment code a sender gets, if any. Original mode (MSH-15 and MSH-16 both empty): AA, AE or AR, always. Enhanced mode (HL7 v2
/// chapter 2, "Application (level 7) processing rules, enhanced mode"): MSH-15 says when a commit answer (CA, CE, CR) is wanted, MSH-16 when an application
/// answer (AA, AE, AR) is. A connection gets one answer for a message, so the application stage answers for the commit where only that is wanted.
/// </summary>
internal static class Hl7AcknowledgmentCode
{
    /// <summary>The code, or null when the sender wants no answer at this stage.</summary>
    public static string? For(in Hl7Header header, AcknowledgmentOutcome outcome, Hl7v2Options options)
    {
        var result = Result(outcome, options);
        var accept = header.Field(15);
        var application = header.Field(16);
        var isOriginal = options.Acknowledgments == Hl7Acknowledgments.Original || !header.IsMessage || (IsEmpty(accept) && IsEmpty(application));
        if (isOriginal)
        {
            return Application(result);
        }

        if (outcome.Stage == AcknowledgmentStage.Application && Wants(application, result))
        {
            return Application(result);
        }

        return Wants(accept, result) ? Commit(result) : null;
    }

    /// <summary>Whether the partner is to answer a message that it accepts: always in original mode, in enhanced mode as MSH-15 and MSH-16 say.</summary>
    public static bool AsksForAnswer(in Hl7Header header)
    {
        var accept = header.Field(15);
        var application = header.Field(16);
        return !header.IsMessage
            || (IsEmpty(accept) && IsEmpty(application))
            || Wants(accept, Outcome.Accepted)
            || Wants(application, Outcome.Accepted);
    }

    private static Outcome Result(AcknowledgmentOutcome outcome, Hl7v2Options options)
    {
        if (outcome.IsRejected)
        {
            return Outcome.Rejected;
        }

        return outcome.Status switch
        {
            MessageStatus.Error => Outcome.Failed,
            MessageStatus.Filtered when options.RejectFiltered => Outcome.Rejected,
            _ => Outcome.Accepted,
        };
    }

    // Table 0155. A value that is not in it is no reason to keep silent.
    private static bool Wants(ReadOnlySpan<byte> condition, Outcome outcome)
    {
        condition = condition.Trim((byte)' ');
        if (IsEmpty(condition) || condition.SequenceEqual("NE"u8))
        {
            return false;
        }

        if (condition.SequenceEqual("ER"u8))
        {
            return outcome != Outcome.Accepted;
        }

        return !condition.SequenceEqual("SU"u8) || outcome == Outcome.Accepted;
    }

    private static bool IsEmpty(ReadOnlySpan<byte> field) => field.Trim((byte)' ').IsEmpty || field.SequenceEqual("\"\""u8);

    private static string Application(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => "AA",
        Outcome.Failed => "AE",
        _ => "AR",
    };

    private static string Commit(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => "CA",
        Outcome.Failed => "CE",
        _ => "CR",
    };

    private enum Outcome
    {
        Accepted,
        Failed,
        Rejected,
    }
}
