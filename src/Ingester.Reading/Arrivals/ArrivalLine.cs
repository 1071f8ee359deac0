using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ingester.Reading.Arrivals;

/// <summary>A line of the <c>arrivals</c> dataset: when a replica received some events of one window.</summary>
internal sealed class ArrivalLine
{
    private readonly long[] ids;
    private readonly long[] received;
    private readonly bool isSorted;
    private int next; // where the next event of a walk is expected

    private ArrivalLine(long[] ids, long[] received)
    {
        (this.ids, this.received) = (ids, received);
        isSorted = true;
        for (var index = 1; index < ids.Length && isSorted; index++)
            isSorted = ids[index] > ids[index - 1];
    }

    /// <summary>Start of the window, microseconds UTC.</summary>
    public required long WindowMicros { get; init; }

    /// <summary>The SHA-256 of the rows that the events belong to; null if the events have ids.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Number of the first event among the rows, from 0.</summary>
    public int FirstRow { get; init; }

    /// <summary>Parses a line.</summary>
    /// <exception cref="JsonException">It is not a line of the dataset.</exception>
    public static ArrivalLine Parse(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        var (window, row, sha256) = (-1L, 0, (string?)null);
        long[] ids = [], received = [];
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (json.ValueTextEquals("window"u8))
                window = ReadNumber(ref json);
            else if (json.ValueTextEquals("row"u8))
                row = checked((int)ReadNumber(ref json));
            else if (json.ValueTextEquals("sha256"u8) && json.Read())
                sha256 = json.GetString();
            else if (json.ValueTextEquals("upto"u8))
                ids = ReadDifferences(ref json);
            else if (json.ValueTextEquals("received"u8))
                received = ReadDifferences(ref json);
            else
                json.Skip();
        if (window < 0 || (sha256 is null ? ids.Length != received.Length : ids.Length > 0))
            throw new JsonException("a line has no window, or not one id for each time");
        return new(ids, received) { WindowMicros = window, Sha256 = sha256, FirstRow = row };
    }

    /// <summary>The local time when the event that ends with an id was received; null when the line does not have it.</summary>
    public long? Find(long id)
    {
        if (next < ids.Length && ids[next] == id)
            return received[next++];
        var index = isSorted ? Array.BinarySearch(ids, id) : Array.IndexOf(ids, id);
        if (index < 0)
            return null;
        next = index + 1;
        return received[index];
    }

    /// <summary>The local time when a row was received; null when the line does not have it.</summary>
    public long? Find(string sha256, int row) => Sha256 == sha256 && row >= FirstRow && row - FirstRow < received.Length ? received[row - FirstRow] : null;

    private static long ReadNumber(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.Number ? json.GetInt64() : throw new JsonException("a value is not an integer");

    /// <summary>The first number, and the sums of it and the differences that follow it.</summary>
    private static long[] ReadDifferences(ref Utf8JsonReader json)
    {
        var numbers = new List<long>();
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            throw new JsonException("a value is not an array");
        for (var sum = 0L; json.Read() && json.TokenType == JsonTokenType.Number;)
            numbers.Add(sum += json.GetInt64());
        if (json.TokenType != JsonTokenType.EndArray)
            throw new JsonException("an array has an element that is not an integer");
        return [.. CollectionsMarshal.AsSpan(numbers)];
    }
}
