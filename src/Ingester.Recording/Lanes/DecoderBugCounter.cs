using Ingester.WebSockets;

namespace Ingester.Recording.Lanes;

/// <summary>
/// Counts consecutive frames that could not be decoded because of a bug. One such frame is quarantined; <see cref="MaxConsecutive"/> of
/// them end the connection.
/// </summary>
internal sealed class DecoderBugCounter
{
    /// <summary>Maximum number of such frames in a row. A new connection may start with frames that can be decoded.</summary>
    public const int MaxConsecutive = 100;

    /// <summary>The present number of such frames in a row.</summary>
    public int Consecutive { get; private set; }

    /// <summary>A frame was decoded.</summary>
    public void OnDecoded() => Consecutive = 0;

    /// <summary>A frame was not decoded because of a bug.</summary>
    /// <exception cref="ConnectionException">The maximum number is reached.</exception>
    public void OnBug(Exception bug)
    {
        if (++Consecutive >= MaxConsecutive)
            throw new ConnectionException(ConnectionFaultKind.Undecodable, $"{Consecutive} consecutive frames could not be decoded because of a bug ({bug.GetType().Name}): {bug.Message}", bug);
    }
}
