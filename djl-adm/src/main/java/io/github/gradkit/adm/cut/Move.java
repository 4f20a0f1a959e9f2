package io.github.gradkit.adm.cut;

/**
 * One accepted move.
 *
 * @param sweep the sweep it belongs to, from 1
 * @param label the label that pixels may take
 * @param other the label that they may exchange it for, or {@link PottsEnergy#UNLABELLED} where
 *     pixels of any label may take {@code label}
 * @param energy the energy after the move, in units of 1 / {@value PottsEnergy#SCALE}
 * @param changed the number of pixels with a new label, at least 1
 */
public record Move(int sweep, int label, int other, long energy, int changed) {}
