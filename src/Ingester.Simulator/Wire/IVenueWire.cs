using System.Text.Json;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;

namespace Ingester.Simulator.Wire;

/// <summary>How an exchange words what happens in its markets.</summary>
internal interface IVenueFrames
{
    /// <summary>True when the trades of one order leave in one frame.</summary>
    bool GroupsTrades { get; }

    /// <summary>Writes the frame of an event for one channel; false when that channel shows nothing of it.</summary>
    bool Write(TextBuilder frame, Channel channel, MarketEvent happened);

    /// <summary>The changes of the book that a recorder of the stream gets to see, in the order of the wire; empty when it sees nothing.</summary>
    IReadOnlyList<Edit> Visible(SimulatedStream stream, MarketEvent happened);
}

/// <summary>What an exchange says to its clients, and what it understands. Called while the exchange is locked.</summary>
internal interface IVenueTalk
{
    /// <summary>A client has connected.</summary>
    void Opened(Connection connection, string query);

    /// <summary>A client has said something.</summary>
    void Received(Connection connection, JsonElement message);

    /// <summary>Time passes: heartbeats.</summary>
    void Beat(Connection connection, long micros);
}

/// <summary>What an exchange answers over HTTP. Called while the exchange is locked.</summary>
internal interface IVenueRest
{
    /// <summary>What the request costs of the budget.</summary>
    int Weight(RestRequest request);

    /// <summary>Writes the answer and tells its status.</summary>
    int Answer(RestRequest request, TextBuilder body);
}

/// <summary>A GET request.</summary>
/// <param name="Path">The path below the exchange's own.</param>
/// <param name="Query">What follows the path: the value of a name, null where it is not given.</param>
internal sealed record RestRequest(string Path, Func<string, string?> Query)
{
    /// <summary>True when it carries a key.</summary>
    public bool HasKey { get; init; }

    /// <summary>The symbol asked for; empty for none.</summary>
    public string Symbol => Query("symbol") ?? "";

    /// <summary>How many levels or trades are asked for; null for the default.</summary>
    public int? Limit => (int?)Number("limit");

    /// <summary>A whole number; null where there is none.</summary>
    public long? Number(string name) => long.TryParse(Query(name), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
