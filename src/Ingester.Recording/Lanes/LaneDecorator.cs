namespace Ingester.Recording.Lanes;

/// <summary>Decorates each new lane, for measurements. Default: no decoration.</summary>
internal delegate ILane LaneDecorator(ILane lane);
