using System.Text.Json;
using Ingester.Core.Keys;

namespace Ingester.Reading.Journals;

/// <summary>A market as the market list of its exchange stated it: a row of the <c>instruments</c> dataset. Numbers are decimal texts with the exchange's digits.</summary>
public sealed record InstrumentRecord
{
    /// <summary>The exchange's name.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market's canonical name.</summary>
    public required string Market { get; init; }

    /// <summary>The exchange's own symbol.</summary>
    public required string Symbol { get; init; }

    /// <summary>When the replica wrote the row, by its clock, microseconds since 1970 UTC.</summary>
    public required long Micros { get; init; }

    /// <summary>The replica that wrote the row.</summary>
    public required string Replica { get; init; }

    /// <summary>The exchange's own status; null if the list no longer has the market.</summary>
    public string? Status { get; init; }

    /// <summary>The meaning of the status: <c>trading</c>, <c>halted</c> or <c>delisted</c>.</summary>
    public required string State { get; init; }

    /// <summary><c>spot</c>, <c>perpetual</c>, <c>future</c> or <c>option</c>; null in rows of earlier versions, which have none of the following fields.</summary>
    public string? Type { get; init; }

    /// <summary>The base asset.</summary>
    public string? Base { get; init; }

    /// <summary>The asset that prices are in.</summary>
    public string? Quote { get; init; }

    /// <summary>The asset that a contract settles in; null for a spot market.</summary>
    public string? Settle { get; init; }

    /// <summary>The smallest step of a price, in quote units; null if the list does not state it.</summary>
    public string? Tick { get; init; }

    /// <summary>The smallest step of a size, in the exchange's unit of sizes; null if the list does not state it.</summary>
    public string? Lot { get; init; }

    /// <summary>The smallest size of an order, in the same unit; null if the list does not state it.</summary>
    public string? MinSize { get; init; }

    /// <summary>The smallest value of an order, in quote units; null if the list does not state it.</summary>
    public string? MinNotional { get; init; }

    /// <summary>The size of one contract; null for a spot market and where sizes are in base units.</summary>
    public string? ContractSize { get; init; }

    /// <summary>The expiry, microseconds since 1970 UTC; null if there is none.</summary>
    public long? Expiry { get; init; }

    /// <summary>Parses a row; false when it lacks a field that every row has.</summary>
    /// <exception cref="JsonException">The line is not a JSON object.</exception>
    internal static bool TryRead(JournalKey name, ReadOnlyMemory<byte> line, out InstrumentRecord record)
    {
        record = null!;
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        if (row.ValueKind != JsonValueKind.Object)
            throw new JsonException("a line is not a JSON object");
        if (Number("ts") is not { } micros || Text("pair") is not { } market || Text("symbol") is not { } symbol || Text("state") is not { } state)
            return false;
        record = new()
        {
            Exchange = name.Part.Exchange,
            Market = market,
            Symbol = symbol,
            Micros = micros,
            Replica = name.Replica,
            Status = Text("status"),
            State = state,
            Type = Text("type"),
            Base = Text("base"),
            Quote = Text("quote"),
            Settle = Text("settle"),
            Tick = Text("tick"),
            Lot = Text("lot"),
            MinSize = Text("minSize"),
            MinNotional = Text("minNotional"),
            ContractSize = Text("contractSize"),
            Expiry = Number("expiry"),
        };
        return true;

        string? Text(string field) => row.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        long? Number(string field) => row.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
    }
}
