namespace ChannelHost.Engine.Deployment;

/// <summary>A version that is built to be tried and not to live: chance is a fixed row, and deliveries are made one after the other, so that the same message always gives the same.</summary>
/// <param name="Random">The row.</param>
/// <param name="Coverage">Notes which lines of scripts run; null for nobody.</param>
internal sealed record Rehearsal(Random Random, IScriptCoverage? Coverage);
