using Ingester.WebSockets;

namespace Ingester.Recording.Lanes;

/// <summary>
/// Counts consecutive frames that could not be decoded because of a bug. One such frame is quarantined; <see cref="MostInARow"/> of
/// them end the connection.
/// </summary>
internal sealed class DecoderBugs
{
    /// <summary>Maximum number of such frames in a row. A new connection may start with frames that can be decoded.</summary>
    public const int MostInARow = 100;

    /// <summary>The present number of such frames in a row.</summary>
    public int InARow { get; private set; }

    /// <summary>A frame was decoded.</summary>
    public void Decoded() => InARow = 0;

    /// <summary>A frame was not decoded because of a bug.</summary>
    /// <exception cref="ConnectionException">The maximum number is reached.</exception>
    public void Found(Exception bug)
    {
        if (++InARow >= MostInARow)
            throw new ConnectionException(FaultKind.Undecodable, $"{InARow} consecutive frames could not be decoded because of a bug ({bug.GetType().Name}): {bug.Message}", bug);
    }
}
