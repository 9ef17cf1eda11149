namespace ChannelHost.Abstractions;

/// <summary>What <c>msg</c> is for scripts.</summary>
public enum MessageModel
{
    /// <summary>A tree with paths (<see cref="IMessageTree"/>).</summary>
    Tree,

    /// <summary>A JavaScript object, read from JSON text and written back as such.</summary>
    Json,

    /// <summary>A string.</summary>
    Text,
}

/// <summary>The descriptor of a data type: its name in <c>channel.yaml</c>, its settings, and how to make its codec.</summary>
public interface IDataType
{
    /// <summary>The name used in <c>dataType:</c>, for example <c>hl7v2</c>.</summary>
    string Name { get; }

    /// <summary>One line for lists and reference pages.</summary>
    string Summary { get; }

    /// <summary>The record that its settings are bound to (see <see cref="OptionAttribute"/>); it has a parameterless constructor that gives the defaults.</summary>
    Type OptionsType { get; }

    /// <summary>What attributes cannot say of the settings: a charset that nobody knows. Called after binding.</summary>
    IEnumerable<OptionProblem> Validate(object options) => [];

    /// <summary>Why a path (of <c>metadata:</c>) can name no place in a message of this type, for people; null when it can, or when nobody can tell beforehand.</summary>
    string? PathProblem(string path) => null;

    /// <summary>Makes the codec for these settings. Called at deploy; the codec is used by many threads at once.</summary>
    IMessageCodec CreateCodec(object options);

    /// <summary>The record that a source's <c>batch:</c> settings are bound to; null when messages of this type are never split.</summary>
    Type? BatchOptionsType => null;

    /// <summary>What attributes cannot say of the <c>batch:</c> settings. Called after binding.</summary>
    /// <param name="batchOptions">Bound settings of <see cref="BatchOptionsType"/>.</param>
    /// <param name="options">The data type's own bound settings.</param>
    IEnumerable<OptionProblem> ValidateBatch(object batchOptions, object options) => [];

    /// <summary>Makes what splits batches. Called at deploy.</summary>
    /// <param name="batchOptions">Bound settings of <see cref="BatchOptionsType"/>.</param>
    /// <param name="options">The data type's own bound settings.</param>
    IBatchSplitter CreateSplitter(object batchOptions, object options) => throw new NotSupportedException($"{Name} has no batches.");
}
