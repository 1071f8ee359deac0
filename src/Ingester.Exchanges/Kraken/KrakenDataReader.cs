using Ingester.Core.Json;

namespace Ingester.Exchanges.Kraken;

/// <summary>Iterates the elements of a message's <c>data</c>, at any position in the message.</summary>
internal ref struct KrakenDataReader
{
    private bool started;
    private bool isInsideData;
    private bool hasData;

    /// <summary>
    /// Moves to the next element; returns false at the end of the frame. A missing <c>data</c> is an error, an empty one is not.
    /// </summary>
    public bool MoveNext(ref FrameReader json)
    {
        if (!started)
            json.Object();
        started = true;
        while (true)
        {
            if (isInsideData && json.Element())
                return true;
            isInsideData = false;
            if (!json.Property(out var name))
                break;
            if (name.SequenceEqual("data"u8))
            {
                json.Array();
                isInsideData = hasData = true;
            }
            else
            {
                json.Skip();
            }
        }

        json.ExpectEnd();
        json.Require(hasData, "data");
        return false;
    }
}
