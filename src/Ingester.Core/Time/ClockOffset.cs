namespace Ingester.Core.Time;

/// <summary>An estimate of how far the local clock is ahead of a reference.</summary>
/// <param name="Micros">Local clock minus reference, in microseconds.</param>
/// <param name="ErrorMicros">The true value differs from it by at most this, in microseconds, if the reference is right.</param>
/// <param name="Samples">Number of measurements that the estimate uses.</param>
internal readonly record struct ClockOffset(long Micros, long ErrorMicros, long Samples);
