using System.Globalization;

namespace Ingester.Publishing.Witnesses;

/// <summary>Tells which column of a published file holds what. A file may have a header or not; its day does not tell.</summary>
internal sealed class ArchiveHeader
{
    private static readonly Dictionary<string, ArchiveColumn> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["id"] = ArchiveColumn.Id,
        ["trade_id"] = ArchiveColumn.Id,
        ["tradeid"] = ArchiveColumn.Id,
        ["agg_trade_id"] = ArchiveColumn.Id,
        ["trdmatchid"] = ArchiveColumn.Id,
        ["dealid"] = ArchiveColumn.Id,
        ["price"] = ArchiveColumn.Price,
        ["qty"] = ArchiveColumn.Size,
        ["quantity"] = ArchiveColumn.Size,
        ["size"] = ArchiveColumn.Size,
        ["volume"] = ArchiveColumn.Size,
        ["amount"] = ArchiveColumn.Size,
        ["time"] = ArchiveColumn.Time,
        ["timestamp"] = ArchiveColumn.Time,
        ["transact_time"] = ArchiveColumn.Time,
        ["created_time"] = ArchiveColumn.Time,
        ["ts"] = ArchiveColumn.Time,
        ["side"] = ArchiveColumn.Side,
        ["direction"] = ArchiveColumn.Side,
        ["is_buyer_maker"] = ArchiveColumn.BuyerIsMaker,
        ["isbuyermaker"] = ArchiveColumn.BuyerIsMaker,
    };

    private readonly Dictionary<ArchiveColumn, int> places = [];

    private ArchiveHeader(IReadOnlyList<ArchiveColumn> columns, bool hasIds)
    {
        for (var place = 0; place < columns.Count; place++)
            if (columns[place] != ArchiveColumn.Other && (hasIds || columns[place] != ArchiveColumn.Id))
                places.TryAdd(columns[place], place);
    }

    /// <summary>Number of columns that a row must have.</summary>
    public int Width => places.Values.Max() + 1;

    /// <summary>True if the first line of the file is a header, and no trade.</summary>
    public bool IsInFile { get; private init; }

    /// <summary>The place of a column, from 0; null if the file has none.</summary>
    public int? this[ArchiveColumn column] => places.TryGetValue(column, out var place) ? place : null;

    /// <summary>Reads the header, or takes the columns of the layout if the first line is a trade.</summary>
    /// <exception cref="WitnessException">A column is missing.</exception>
    public static ArchiveHeader Read(IReadOnlyList<string> first, ArchiveLayout layout, string file)
    {
        var expected = new ArchiveHeader(layout.Columns, layout.HasIds);
        var isTrade = expected[ArchiveColumn.Price] is { } price && price < first.Count && decimal.TryParse(first[price], NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        var header = isTrade ? expected : new ArchiveHeader([.. first.Select(name => Names.GetValueOrDefault(name.Trim(), ArchiveColumn.Other))], layout.HasIds) { IsInFile = true };
        foreach (var needed in layout.HasIds ? [ArchiveColumn.Id, ArchiveColumn.Price, ArchiveColumn.Size, ArchiveColumn.Time] : new[] { ArchiveColumn.Price, ArchiveColumn.Size, ArchiveColumn.Time })
            if (header[needed] is null)
                throw new WitnessException($"{file} has no column for the {needed.ToString().ToLowerInvariant()}: its first line is '{string.Join(',', first)}'.");
        return header;
    }
}
