using Ingester.WebSockets;

namespace Ingester.Recording.Lanes;

/// <summary>Counts the frames in a row that a decoder could not decode because of a bug. One costs its frame, a flood of them ends the connection.</summary>
internal sealed class DecoderBugs
{
    /// <summary>Maximum number of such frames in a row: the connection after them may begin with frames that decode.</summary>
    public const int MostInARow = 100;

    /// <summary>How many frames in a row there are now.</summary>
    public int InARow { get; private set; }

    /// <summary>A frame was decoded.</summary>
    public void Decoded() => InARow = 0;

    /// <summary>A frame was not decoded because of a bug.</summary>
    /// <exception cref="ConnectionException">It is one too many.</exception>
    public void Found(Exception bug)
    {
        if (++InARow >= MostInARow)
            throw new ConnectionException(FaultKind.Undecodable, $"{InARow} frames in a row could not be decoded because of a bug ({bug.GetType().Name}): {bug.Message}", bug);
    }
}
