namespace Ingester.Commands;

/// <summary>The options of <c>ingester simulate --play</c>.</summary>
internal sealed record PlayOptions
{
    /// <summary>A folder with one recording, or one of its files.</summary>
    public required string Path { get; init; }

    /// <summary>The exchange; null for the name of the folder.</summary>
    public string? Exchange { get; init; }

    /// <summary>The address to listen on.</summary>
    public required string Host { get; init; }

    /// <summary>The port; 0 is a free one.</summary>
    public required int Port { get; init; }

    /// <summary>Recorded seconds per real second.</summary>
    public required double Speed { get; init; }

    /// <summary>Real time before the first message.</summary>
    public required TimeSpan Lead { get; init; }
}
