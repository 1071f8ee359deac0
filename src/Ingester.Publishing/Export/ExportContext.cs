using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Publishing.Files;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Publishing.Export;

/// <summary>One stream and day that is exported to local files.</summary>
internal sealed record ExportContext
{
    /// <summary>The archive.</summary>
    public required ArchiveReader Archive { get; init; }

    /// <summary>The journals of the exchange.</summary>
    public required JournalCache Journals { get; init; }

    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The day.</summary>
    public required Period Period { get; init; }

    /// <summary>The fields that begin each CSV row.</summary>
    public required FileHead Head { get; init; }

    /// <summary>True to write CSV files.</summary>
    public required bool Csv { get; init; }

    /// <summary>True to write a Parquet file.</summary>
    public required bool Parquet { get; init; }

    /// <summary>How Parquet files hold numbers.</summary>
    public required NumberForm Numbers { get; init; }

    /// <summary>The receive times; null if there are none.</summary>
    public IArrivals? Arrivals { get; init; }

    /// <summary>The folder of the local files.</summary>
    public required string Folder { get; init; }

    /// <summary>Receives the exchange time that the export has reached.</summary>
    public Action<long> Reached { get; init; } = static _ => { };

    /// <summary>The path of a local file.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);
}
