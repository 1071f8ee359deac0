using Ingester.Core.Json;

namespace Ingester.Exchanges.Kraken;

/// <summary>Iterates the elements of a message's <c>data</c>, at any position in the message.</summary>
internal ref struct KrakenData
{
    private bool started;
    private bool inside;
    private bool seen;

    /// <summary>
    /// Moves to the next element; returns false at the end of the frame. A missing <c>data</c> is an error, an empty one is not.
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
