using System.Globalization;
using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Raw;

namespace Ingester.Recording.Raw;

/// <summary>
/// Raw capture of one exchange. Each minute of received messages begins with the open connections and their streams, so that it can be imported without
/// the minutes before it. Thread-safe.
/// </summary>
internal sealed class RawCapture
{
    private readonly RawJournal journal;
    private readonly string exchange;
    private readonly RawFile received;
    private readonly RawFile sent;
    private readonly RawFile answers;
    private readonly Lock gate = new();
    private readonly HashSet<RawConnection> open = [];

    /// <summary>Creates the capture of an exchange.</summary>
    /// <param name="journal">The raw capture of this replica.</param>
    /// <param name="exchange">The name of the exchange.</param>
    public RawCapture(RawJournal journal, string exchange)
    {
        (this.journal, this.exchange) = (journal, exchange);
        (received, sent, answers) = (journal.Open(exchange, RawFileKind.Ws), journal.Open(exchange, RawFileKind.Sent), journal.Open(exchange, RawFileKind.Rest));
        received.MinuteBegun = AppendOpenConnections;
    }

    /// <summary>Start of the minute of the present object of received messages, microseconds UTC.</summary>
    public long MinuteMicros => received.MinuteMicros;

    /// <summary>A number that is unique in this process.</summary>
    public long NextNumber() => journal.NextNumber();

    /// <summary>Creates the channels of a connection: for received and for sent messages.</summary>
    public (RawChannel Received, RawChannel Sent) CreateChannels(long connection) => (new(received, connection, OnDropped), new(sent, connection, OnDropped));

    /// <summary>A connection was opened.</summary>
    public void Add(RawConnection connection)
    {
        lock (gate)
            open.Add(connection);
    }

    /// <summary>A connection was closed.</summary>
    public void Remove(RawConnection connection)
    {
        lock (gate)
            open.Remove(connection);
    }

    /// <summary>The streams of a lane changed.</summary>
    public void OnLaneChanged()
    {
        foreach (var connection in OpenConnections())
            connection.LaneChanged();
    }

    /// <summary>Writes a note that belongs to no single connection.</summary>
    public void AppendNote(RawLaneNote note) => Append("\t0\ts\t"u8, note.ToBytes().Span);

    /// <summary>A REST request was answered.</summary>
    /// <param name="method">The method.</param>
    /// <param name="address">The address.</param>
    /// <param name="requestBody">The body of a POST; null for GET.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The decompressed body; empty if it was not read because of the status.</param>
    public void Answered(string method, Uri address, string? requestBody, int status, ReadOnlySpan<byte> body)
    {
        var request = requestBody is null ? $"{method} {address.AbsoluteUri}" : $"{method} {address.AbsoluteUri} {requestBody}";
        var encode = body.ContainsAny(RawChannel.Separators);
        var columns = string.Create(CultureInfo.InvariantCulture, $"\t{string.Join(' ', request.Split('\t', '\n', '\r'))}\t{status}\t{(encode ? 'b' : 't')}\t");
        if (!answers.TryAppend(new() { Columns = Encoding.UTF8.GetBytes(columns), Content = body, IsEncoded = encode }))
            OnDropped();
    }

    /// <summary>Writes the open connections and their streams at the beginning of a minute.</summary>
    private void AppendOpenConnections()
    {
        foreach (var connection in OpenConnections())
        {
            Append(RawChannel.Columns(connection.Number, 'o'), connection.Address.Span);
            Append(RawChannel.Columns(connection.Number, 's'), connection.State.Span);
        }
    }

    private void Append(ReadOnlySpan<byte> columns, ReadOnlySpan<byte> content)
    {
        if (!received.TryAppend(new() { Columns = columns, Content = content, IsNote = true }))
            OnDropped();
    }

    private RawConnection[] OpenConnections()
    {
        lock (gate)
            return [.. open];
    }

    private void OnDropped() => journal.Events.Dropped(exchange);
}
