using Ingester.Core.Json;

namespace Ingester.Exchanges.Kraken;

/// <summary>Walks through the elements of a message's <c>data</c>, wherever in the message it stands.</summary>
internal ref struct KrakenData
{
    private bool started;
    private bool inside;
    private bool seen;

    /// <summary>
    /// Moves to the next element; false when the whole frame has been read. No <c>data</c> at all is an error, an empty one is not.
    /// </summary>
    public bool Next(ref FrameReader json)
    {
        if (!started)
            json.Object();
        started = true;
        while (true)
        {
            if (inside && json.Element())
                return true;
            inside = false;
            if (!json.Property(out var name))
                break;
            if (name.SequenceEqual("data"u8))
            {
                json.Array();
                inside = seen = true;
            }
            else
            {
                json.Skip();
            }
        }

        json.End();
        json.Require(seen, "data");
        return false;
    }
}
