using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Reading.Merging;

namespace Ingester.Client;

/// <summary>Turns merged events into items.</summary>
internal static class EventItems
{
    private const int LevelParts = 2;

    /// <summary>The item of an event or a mark.</summary>
    /// <exception cref="RecordingException">A stored row is not valid.</exception>
    public static MarketItem Create(in MarketEvent found)
    {
        if (found.Kind != MarketEventKind.Row)
            return CreateMark(found);
        try
        {
            return found.Stream.Dataset == Dataset.Depth ? CreateDiff(found.Row.Span) : CreateTrade(found.Row.Span);
        }
        catch (JsonException error)
        {
            throw new RecordingException($"A stored row of {found.Stream} is not valid: {error.Message}", error) { IsPermanent = true };
        }
    }

    private static Trade CreateTrade(ReadOnlySpan<byte> json)
    {
        var row = JsonSerializer.Deserialize(json, RowJson.Default.TradeJson) ?? throw new JsonException("the row is null");
        var side = row.Side switch { "buy" => TradeSide.Buy, "sell" => TradeSide.Sell, _ => TradeSide.Unknown };
        return new(row.Ts, row.Id, side, new(row.Price), new(row.Size)) { Type = row.Type, TimeNote = row.Time };
    }

    private static BookDiff CreateDiff(ReadOnlySpan<byte> json)
    {
        var row = JsonSerializer.Deserialize(json, RowJson.Default.DepthJson) ?? throw new JsonException("the row is null");
        return new(row.Ts, CreateLevels(row.Bids), CreateLevels(row.Asks)) { After = row.After, UpTo = row.UpTo, TimeNote = row.Time };
    }

    private static Level[] CreateLevels(string[][] levels) =>
        Array.ConvertAll(levels, static level => level.Length >= LevelParts ? new Level(new(level[0]), new(level[1])) : throw new JsonException("a level has no size"));

    private static Mark CreateMark(in MarketEvent found) => new(found.Micros, found.Kind switch
    {
        MarketEventKind.Gap => MarkKind.Gap,
        MarketEventKind.Reset => MarkKind.Reset,
        MarketEventKind.Missing => MarkKind.Missing,
        MarketEventKind.Disputed => MarkKind.Disputed,
        MarketEventKind.Conflict => MarkKind.Conflict,
        MarketEventKind.Unreadable => MarkKind.Unreadable,
        _ => MarkKind.Unproven,
    })
    {
        EndMicros = found.EndMicros == 0 ? null : found.EndMicros,
        After = found.Range?.After,
        UpTo = found.Range?.UpTo,
        Note = found.Note ?? "",
    };
}
