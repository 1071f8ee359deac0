using System.Globalization;
using Ingester.Core.Archives;

namespace Ingester.Publishing.Witnesses;

/// <summary>Tells which column of a published file holds what. A file may have a header or not; its day does not tell.</summary>
internal sealed class ArchiveHeader
{
    private static readonly Dictionary<string, PublishedColumn> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["id"] = PublishedColumn.Id,
        ["trade_id"] = PublishedColumn.Id,
        ["tradeid"] = PublishedColumn.Id,
        ["agg_trade_id"] = PublishedColumn.Id,
        ["trdmatchid"] = PublishedColumn.Id,
        ["dealid"] = PublishedColumn.Id,
        ["price"] = PublishedColumn.Price,
        ["qty"] = PublishedColumn.Size,
        ["quantity"] = PublishedColumn.Size,
        ["size"] = PublishedColumn.Size,
        ["volume"] = PublishedColumn.Size,
        ["amount"] = PublishedColumn.Size,
        ["time"] = PublishedColumn.Time,
        ["timestamp"] = PublishedColumn.Time,
        ["transact_time"] = PublishedColumn.Time,
        ["created_time"] = PublishedColumn.Time,
        ["ts"] = PublishedColumn.Time,
        ["side"] = PublishedColumn.Side,
        ["direction"] = PublishedColumn.Side,
        ["is_buyer_maker"] = PublishedColumn.BuyerIsMaker,
        ["isbuyermaker"] = PublishedColumn.BuyerIsMaker,
    };

    private readonly Dictionary<PublishedColumn, int> places = [];

    private ArchiveHeader(IReadOnlyList<PublishedColumn> columns, bool hasIds)
    {
        for (var place = 0; place < columns.Count; place++)
            if (columns[place] != PublishedColumn.Other && (hasIds || columns[place] != PublishedColumn.Id))
                places.TryAdd(columns[place], place);
    }

    /// <summary>Number of columns that a row must have.</summary>
    public int Width => places.Values.Max() + 1;

    /// <summary>True if the first line of the file is a header, and no trade.</summary>
    public bool IsInFile { get; private init; }

    /// <summary>The place of a column, from 0; null if the file has none.</summary>
    public int? this[PublishedColumn column] => places.TryGetValue(column, out var place) ? place : null;

    /// <summary>Reads the header, or takes the columns of the layout if the first line is a trade.</summary>
    /// <exception cref="WitnessException">A column is missing.</exception>
    public static ArchiveHeader Read(IReadOnlyList<string> first, ArchiveLayout layout, string file)
    {
        var expected = new ArchiveHeader(layout.Files.Columns, layout.Files.HasIds);
        var isTrade = expected[PublishedColumn.Price] is { } price && price < first.Count && decimal.TryParse(first[price], NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        var header = isTrade ? expected : new ArchiveHeader([.. first.Select(name => Names.GetValueOrDefault(name.Trim(), PublishedColumn.Other))], layout.Files.HasIds) { IsInFile = true };
        foreach (var needed in layout.Files.HasIds ? [PublishedColumn.Id, PublishedColumn.Price, PublishedColumn.Size, PublishedColumn.Time] : new[] { PublishedColumn.Price, PublishedColumn.Size, PublishedColumn.Time })
            if (header[needed] is null)
                throw new WitnessException($"{file} has no column for the {needed.ToString().ToLowerInvariant()}: its first line is '{string.Join(',', first)}'.");
        return header;
    }
}
